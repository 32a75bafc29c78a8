"""The ground: words, numbers and looks that everything else speaks with. Knows nothing of the house."""
