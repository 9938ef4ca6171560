package dev.muster.client;

import dev.muster.client.MusterException.Outcome;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client of one namespace of a Muster cluster: configuration and service discovery. One for a
 * process is enough: it is thread-safe, and however much it follows takes a handful of threads.
 *
 * <p>Methods block until there is an answer, at most for the operation time-out, and throw {@link
 * MusterException}; {@link IllegalStateException} once the client is closed. Nothing that a server
 * told this client is ever followed by something older, whichever server it asks next.
 */
public final class Muster implements AutoCloseable {
  private final Parts parts;
  private final Followers followers;
  private final Heartbeats heartbeats;
  private volatile boolean closed;

  /** What a client is made of. */
  record Parts(
      String namespace,
      Calls calls,
      @Nullable DiskCache cache,
      Timer timer,
      @Nullable SystemTimer ownTimer,
      RandomGenerator random,
      Executor io,
      Executor listeners,
      long operationTimeoutMillis,
      long closeTimeoutMillis,
      int pollWaitSeconds) {}

  Muster(Parts parts) {
    this.parts = parts;
    this.followers = new Followers(parts);
    this.heartbeats = new Heartbeats(parts);
  }

  /**
   * A client of these servers and of the namespace {@value MusterBuilder#NAMESPACE_DEFAULT}, with
   * all defaults and no cache on disk.
   */
  public static Muster connect(URI... servers) {
    MusterBuilder builder = builder();
    Arrays.stream(servers).forEach(builder::server);
    return builder.build();
  }

  public static MusterBuilder builder() {
    return new MusterBuilder();
  }

  public String namespace() {
    return parts.namespace;
  }

  /** Creates the client's namespace; where it exists, nothing changes. */
  public void createNamespace() {
    call(Call.write("PUT", Paths.namespace(parts.namespace), null, true));
  }

  // ---- configuration

  /**
   * Reads an item.
   *
   * @throws MusterException {@link MusterException#UNKNOWN_ITEM} if it does not exist
   */
  public Config get(String item) {
    return find(item)
        .orElseThrow(
            () ->
                new MusterException(
                    MusterException.UNKNOWN_ITEM,
                    "there is no item '" + item + "' in the namespace '" + namespace() + "'"));
  }

  /** Reads an item; empty if it does not exist. */
  public Optional<Config> find(String item) {
    return find(item, Consistency.LOCAL);
  }

  /**
   * Reads an item; empty if it does not exist. When no server answers, the last known content is
   * returned, and {@link Config#isStale()} says so: once all servers have failed, if there is one;
   * else they are asked until the operation time-out, and then the call fails. It is empty only if
   * a server says so now.
   */
  public Optional<Config> find(String item, Consistency consistency) {
    open();
    Resource resource = Resource.item(namespace(), item);
    View view =
        consistency == Consistency.LOCAL
            ? followers.read(resource)
            : new View(
                followers.readFresh(resource, parts.timer.countdown(parts.operationTimeoutMillis)),
                false);
    return view.snapshot().exists()
        ? Optional.of(new Config(namespace(), item, view.snapshot(), view.stale()))
        : Optional.empty();
  }

  /** Tells the listener what the item is, and of every change from then on. Does not block. */
  public Subscription listen(String item, ConfigListener listener) {
    open();
    return followers.follow(
        Resource.item(namespace(), item),
        (before, latest) -> {
          Snapshot snapshot = latest.snapshot();
          if (before != null && before.snapshot().modified() == snapshot.modified()) {
            if (snapshot.exists() && before.stale() != latest.stale()) {
              listener.staleness(new Config(namespace(), item, snapshot, latest.stale()));
            }
          } else if (snapshot.exists()) {
            listener.changed(new Config(namespace(), item, snapshot, latest.stale()));
          } else if (before == null) {
            listener.absent(item, snapshot.asOf(), latest.stale());
          } else {
            listener.deleted(item, snapshot.asOf(), latest.stale());
          }
        });
  }

  /** Writes an item as UTF-8 text. See {@link #put(String, byte[], String, Precondition)}. */
  public Written put(String item, String content, String contentType, Precondition precondition) {
    return put(item, content.getBytes(StandardCharsets.UTF_8), contentType, precondition);
  }

  /**
   * Writes an item. What certainly was not done is tried again; what may have been done is tried
   * again only if the precondition makes that safe: {@link Precondition#createOnly()} or {@link
   * Precondition#ifRevision}. Else the failure's {@link MusterException#outcome()} is UNKNOWN.
   *
   * @param contentType such as {@code application/yaml}; consumers are told it as it is
   */
  public Written put(String item, byte[] content, String contentType, Precondition precondition) {
    open();
    if (content.length > Limits.CONTENT_BYTES_MAX) {
      throw new MusterException(
          MusterException.LIMIT_EXCEEDED,
          "the content of an item has at most "
              + Limits.CONTENT_BYTES_MAX
              + " bytes, not "
              + content.length);
    }
    LongSupplier left = parts.timer.countdown(parts.operationTimeoutMillis);
    Resource resource = Resource.item(namespace(), item);
    Call call = Call.write("PUT", resource.path(), content.clone(), precondition.isOnce());
    Answer answer = answer(precondition.on(call).withHeader("Content-Type", contentType));
    if (answer.isDone()) {
      return new Written(result(answer), answer.etag());
    }
    if (!answer.repeated()) {
      throw answer.exception(Outcome.NOT_DONE);
    }
    // An earlier try may be why the precondition does not hold any more: what is there tells.
    MusterException unknown = answer.exception(Outcome.UNKNOWN);
    try {
      Snapshot now = followers.readFresh(resource, left);
      if (now.exists()
          && Arrays.equals(now.content(), content)
          && now.contentType().equals(contentType)) {
        return new Written(Written.Result.UNCHANGED, now.modified());
      }
    } catch (MusterException unread) {
      unknown.addSuppressed(unread);
    }
    throw unknown;
  }

  /**
   * Deletes an item.
   *
   * @throws MusterException {@link MusterException#UNKNOWN_ITEM} if it does not exist
   */
  public Written delete(String item, Precondition precondition) {
    open();
    String path = Paths.item(namespace(), item);
    Answer answer =
        answer(precondition.on(Call.write("DELETE", path, null, precondition.isOnce())));
    if (answer.isDone()
        || (answer.repeated() && answer.code().equals(MusterException.UNKNOWN_ITEM))) {
      return new Written(Written.Result.DELETED, Math.max(0, answer.revision()));
    }
    throw answer.exception(answer.repeated() ? Outcome.UNKNOWN : Outcome.NOT_DONE);
  }

  private static Written.Result result(Answer answer) {
    try {
      Object result = Json.object(answer.body()).get("result");
      return "unchanged".equals(result)
          ? Written.Result.UNCHANGED
          : answer.status() == 201 ? Written.Result.CREATED : Written.Result.REPLACED;
    } catch (Json.MalformedException e) {
      throw new MusterException(MusterException.INVALID_ANSWER, String.valueOf(e.getMessage()));
    }
  }

  // ---- discovery

  /**
   * Registers an instance and keeps it registered until the registration or the client is closed.
   * Returns once it is registered; or, while no server answers, after the operation time-out, with
   * the state PENDING: it goes on trying then.
   *
   * @throws MusterException if the servers refuse it; nothing more is tried then
   */
  public Registration register(String service, Instance instance) {
    open();
    return heartbeats.register(service, instance);
  }

  /**
   * The instances of a service that are fit for traffic. When no server answers, the last known
   * ones, which say that they are stale.
   */
  public ServiceInstances instances(String service) {
    return instances(service, Selection.passing());
  }

  /** The same of those that are selected, in the order that the selection asks for. */
  public ServiceInstances instances(String service, Selection selection) {
    open();
    return ServiceInstances.of(
        service, followers.read(Resource.instances(namespace(), service, selection, parts.calls)));
  }

  /** Follows a service without a listener, for {@link ServiceWatch#instances()}. */
  public ServiceWatch watch(String service) {
    return watch(service, instances -> {});
  }

  /** Tells the listener the instances of a service, and every change from then on. */
  public ServiceWatch watch(String service, ServiceListener listener) {
    return watch(service, Selection.passing(), listener);
  }

  /** The same of those that are selected; each selection takes a connection while it waits. */
  public ServiceWatch watch(String service, Selection selection, ServiceListener listener) {
    open();
    return followers.watch(service, selection, listener);
  }

  // ---- the rest

  private Answer call(Call call) {
    Answer answer = answer(call);
    if (!answer.isDone()) {
      throw answer.exception(Outcome.NOT_DONE);
    }
    return answer;
  }

  private Answer answer(Call call) {
    CompletableFuture<Answer> answer = parts.calls.call(call, parts.operationTimeoutMillis);
    return Futures.join(answer);
  }

  private void open() {
    if (closed) {
      throw new IllegalStateException("this client is closed");
    }
  }

  /**
   * Ends all subscriptions and deregisters all instances, all at once; returns when that is
   * acknowledged, or after the close time-out. Calls of other threads that are under way then fail
   * with {@link MusterException#CLOSED}. Again, it does nothing.
   */
  @Override
  public void close() {
    closed = true;
    followers.close();
    heartbeats.close();
    parts.calls.close(); // before the timer, which would have ended what is under way
    if (parts.ownTimer != null) {
      parts.ownTimer.close();
    }
  }
}
