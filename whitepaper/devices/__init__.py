"""Where a lesson computes: strategies, replicas, clusters of processes, precision, backends."""

from whitepaper.devices.compilation import compile_recurrent

__all__ = ["compile_recurrent"]
