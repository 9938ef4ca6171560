package dev.muster.door.rest;

import dev.muster.coordination.Sessions;
import dev.muster.core.Bytes;
import dev.muster.core.Life;
import dev.muster.core.Limits;
import dev.muster.core.Path;
import dev.muster.tree.Demand;
import dev.muster.tree.RawTree;
import dev.muster.tree.Wish;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Understands what a PUT of a node asks for. */
@Singleton
public class TreeWrites {
  static final String SESSION = "session";
  static final String SEQUENTIAL = "sequential";
  static final String TTL_SECONDS = "ttlSeconds";
  static final String CONTAINER = "container";
  static final String PARENTS = "parents";
  private static final Set<String> PARAMETERS =
      Set.of(SESSION, SEQUENTIAL, TTL_SECONDS, CONTAINER, PARENTS);

  private final RawTree tree;
  private final Sessions sessions;

  TreeWrites(RawTree tree, Sessions sessions) {
    this.tree = tree;
    this.sessions = sessions;
  }

  /**
   * The parameters and conditions of a PUT.
   *
   * @param secret of the session that an ephemeral node shall belong to
   */
  record Options(
      @Nullable Life life,
      @Nullable String secret,
      boolean sequential,
      boolean parents,
      Demand demand) {}

  static Options options(RoutingContext context) {
    Query query = Query.of(context, PARAMETERS);
    String session = query.text(SESSION);
    Life life = life(query, session);
    Options options =
        new Options(
            life,
            session == null ? null : SessionSecrets.of(context),
            query.flag(SEQUENTIAL),
            query.flag(PARENTS),
            demand(EntityTag.condition(context)));
    boolean creating = options.life != null || options.sequential || options.parents;
    boolean changing =
        options.demand instanceof Demand.Modified || options.demand instanceof Demand.Present;
    if (creating && changing) {
      throw new Problem(
          Code.INVALID_PARAMETER,
          "session, ttlSeconds, container, sequential and parents are for new nodes; If-Match"
              + " changes a node that is there");
    }
    if (options.sequential && options.demand instanceof Demand.Absent) {
      throw new Problem(
          Code.INVALID_HEADER, "a sequential node is always a new one; leave If-None-Match out");
    }
    return options;
  }

  private static @Nullable Life life(Query query, @Nullable String session) {
    String ttlSeconds = query.text(TTL_SECONDS);
    boolean container = query.flag(CONTAINER);
    int kinds = (session == null ? 0 : 1) + (ttlSeconds == null ? 0 : 1) + (container ? 1 : 0);
    if (kinds > 1) {
      throw new Problem(
          Code.INVALID_PARAMETER, "a node has one kind: session, ttlSeconds or container");
    }
    if (session != null) {
      return new Life.Ephemeral(SessionSecrets.id(session));
    }
    if (ttlSeconds != null) {
      long seconds = query.number(TTL_SECONDS, 0, 0, Long.MAX_VALUE);
      return new Life.Ttl(
          Seconds.toMillis(
              "node.ttl", seconds, Limits.NODE_TTL_MILLIS_MIN, Limits.NODE_TTL_MILLIS_MAX));
    }
    return container ? Life.container() : null;
  }

  static Demand demand(EntityTag.Condition condition) {
    if (condition instanceof EntityTag.Condition.Revision revision) {
      return new Demand.Modified(revision.revision());
    }
    if (condition instanceof EntityTag.Condition.Absent) {
      return new Demand.Absent();
    }
    return condition instanceof EntityTag.Condition.Present
        ? new Demand.Present()
        : new Demand.Nothing();
  }

  Uni<RawTree.Written> put(Path path, Bytes data, Options options) {
    Wish wish =
        new Wish(path, data, options.life, options.sequential, options.parents, options.demand);
    if (options.life instanceof Life.Ephemeral ephemeral && options.secret != null) {
      String secret = options.secret;
      return Uni.createFrom()
          .completionStage(() -> sessions.authenticate(ephemeral.session(), secret))
          .flatMap(session -> Uni.createFrom().completionStage(() -> tree.put(wish)));
    }
    return Uni.createFrom().completionStage(() -> tree.put(wish));
  }
}
