"""Kafka at the platform's edge: topics made from the list, a producer with Kafka's own partitioning, a local broker."""
