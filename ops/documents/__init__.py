"""Documents that are made from the schemas and the list of topics; a test holds them current."""
