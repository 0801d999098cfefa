"""Code that lets a sentence pass only if the facts it cites say the same."""
