"""Reading a sentence word by word: each must be licensed by a statement that is true, whatever their order."""
