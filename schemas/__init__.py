"""What crosses a boundary, as data: topics, Avro schemas, examples, reference data, and the one codec for them."""
