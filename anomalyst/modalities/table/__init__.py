"""Tables, whose rows are judged one by one."""
