"""May this box move? The answer for a gate's or a crane's own system, within milliseconds, from memory; kept as evidence."""
