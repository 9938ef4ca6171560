package dev.muster.quarkus;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The tiny program of the tests. */
@ApplicationScoped
public class Shop {
  @Inject
  @ConfigProperty(name = "shop.greeting")
  String greeting;

  @Inject
  @ConfigProperty(name = "shop.retries", defaultValue = "-1")
  Provider<Integer> retries;

  /** As it was when this bean was made. */
  public String greeting() {
    return greeting;
  }

  /** As it is now. */
  public int retries() {
    return retries.get();
  }
}
