"""What every run needs: its steps, its diary, its log, the lake it opens. Does no work itself."""
