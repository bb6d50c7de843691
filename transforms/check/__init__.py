"""From filings to facts: what the rules need, the rules, what broke them, what counts. Decides nothing."""
