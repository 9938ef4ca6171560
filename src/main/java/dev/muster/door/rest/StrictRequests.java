package dev.muster.door.rest;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link StrictRequestDecoder} into each connection of the HTTP server. Quarkus has no hook
 * for requests that cannot be read (it never calls Vert.x' {@code invalidRequestHandler}), so this
 * is Netty's: an extension found as a service, switched on by a system property that {@code
 * dev.muster.boot.Main} sets.
 *
 * <p>A server that speaks HTTP/1 only has its decoder from the beginning. One that speaks HTTP/2
 * too adds it when the first bytes of a connection have shown which it is; those bytes pass here on
 * their way to it.
 */
public final class StrictRequests extends ChannelInitializerExtension {
  private static final String DECODER = "httpDecoder";

  /** Of this process's HTTP server; absent until it is about to start. */
  private static volatile @Nullable HttpServerOptions options;

  /** Netty makes it, by the name in {@code META-INF/services}. */
  public StrictRequests() {}

  /** What the server was configured with; the defaults before it starts. */
  static HttpServerOptions limits() {
    HttpServerOptions known = options;
    return known == null ? new HttpServerOptions() : known;
  }

  /** Tells the limits that the server was configured with. */
  @Singleton
  public static class Limits implements HttpServerOptionsCustomizer {
    @Override
    public void customizeHttpServer(HttpServerOptions ofServer) {
      options = ofServer;
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions ofServer) {
      options = ofServer;
    }
  }

  @Override
  public void postInitializeServerChildChannel(Channel connection) {
    // An initializer after Vert.x' own, so that what it adds comes behind what that one has added.
    connection
        .pipeline()
        .addLast(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Replacement());
              }
            });
  }

  /** Replaces the decoder: at once, or with the first bytes if it is not there before. */
  private static final class Replacement extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      if (replaced(context.pipeline())) {
        context.pipeline().remove(this);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      ChannelPipeline pipeline = context.pipeline();
      replaced(pipeline);
      pipeline.remove(this);
      context.fireChannelRead(bytes);
    }

    private static boolean replaced(ChannelPipeline pipeline) {
      HttpServerOptions limits = options;
      if (limits == null || !(pipeline.get(DECODER) instanceof VertxHttpRequestDecoder)) {
        return false;
      }
      pipeline.replace(DECODER, DECODER, new StrictRequestDecoder(limits));
      return true;
    }
  }
}
