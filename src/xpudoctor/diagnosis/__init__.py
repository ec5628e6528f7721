"""How facts are judged: rules, the checks that hold facts against them, the findings, and their order."""
