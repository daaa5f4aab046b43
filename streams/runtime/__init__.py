"""What makes Faust fast and safe."""
