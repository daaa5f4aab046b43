"""The decisions of Yigangtong: pure domain, thin Faust agents, and the runtime that makes Faust fast and safe."""
