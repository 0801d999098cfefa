"""What outlives the page: queue, store, conversations; no Gradio in it."""
