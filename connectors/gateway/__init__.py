"""The REST gateway: events over HTTP into the topics of the port that the API key belongs to."""
