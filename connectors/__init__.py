"""The edges of the platform: each speaks one outside protocol and decides nothing."""
