"""The schema registry: a local one (Apicurio), and what the platform tells any that speaks Confluent's API."""
