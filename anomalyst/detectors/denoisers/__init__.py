"""D(x; σ): empirical, Gaussian, neural, a checkpoint's."""
