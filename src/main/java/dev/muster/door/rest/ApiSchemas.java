package dev.muster.door.rest;

import java.math.BigDecimal;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;

/** How the schemas of the OpenAPI document are written where no record is the model of one. */
final class ApiSchemas {
  private ApiSchemas() {}

  /**
   * A field of an object.
   *
   * @param always whether it is always there
   */
  record Field(String name, Schema schema, boolean always) {}

  /** A field that is always there. */
  static Field field(String name, Schema schema) {
    return new Field(name, schema, true);
  }

  /** A field that may be left out. */
  static Field maybe(String name, Schema schema) {
    return new Field(name, schema, false);
  }

  static Schema object(Field... fields) {
    return object(List.of(fields));
  }

  static Schema object(List<Field> fields) {
    Schema schema = typed(Schema.SchemaType.OBJECT);
    for (Field field : fields) {
      schema.addProperty(field.name, field.schema);
      if (field.always) {
        schema.addRequired(field.name);
      }
    }
    return schema;
  }

  /** A schema that was made of a record. */
  static Schema find(Components components, String name) {
    Schema schema = components.getSchemas().get(name);
    if (schema == null) {
      throw new IllegalStateException("The OpenAPI document has no schema " + name);
    }
    return schema;
  }

  /** One of the schemas of the document. */
  static Schema ref(String name) {
    return OASFactory.createSchema().ref(name);
  }

  static Schema list(Schema items) {
    return typed(Schema.SchemaType.ARRAY).items(items);
  }

  static Schema list(Schema items, int max) {
    return list(items).maxItems(max);
  }

  /** Texts by name. */
  static Schema texts() {
    return typed(Schema.SchemaType.OBJECT).additionalPropertiesSchema(text());
  }

  static Schema oneOf(Schema... schemas) {
    Schema one = OASFactory.createSchema();
    for (Schema schema : schemas) {
      one.addOneOf(schema);
    }
    return one;
  }

  static Schema text() {
    return typed(Schema.SchemaType.STRING);
  }

  /**
   * @param max in characters; where bytes of UTF-8 are counted, so many characters never pass
   */
  static Schema text(int max) {
    return text().maxLength(max);
  }

  /** One of these texts. */
  static Schema word(String... words) {
    return text().enumeration(List.of((Object[]) words));
  }

  static Schema bytes() {
    return text().format("binary");
  }

  static Schema flag() {
    return typed(Schema.SchemaType.BOOLEAN);
  }

  static Schema whole() {
    return typed(Schema.SchemaType.INTEGER).format("int64");
  }

  static Schema whole(long min, long max) {
    return whole()
        .format(max > Integer.MAX_VALUE ? "int64" : "int32")
        .minimum(BigDecimal.valueOf(min))
        .maximum(BigDecimal.valueOf(max));
  }

  static Schema number() {
    return typed(Schema.SchemaType.NUMBER);
  }

  /** Or null. */
  static Schema nullable(Schema schema) {
    return schema.addType(Schema.SchemaType.NULL);
  }

  static Schema health() {
    return word("passing", "warning", "critical");
  }

  private static Schema typed(Schema.SchemaType type) {
    return OASFactory.createSchema().addType(type);
  }
}
