"""What every run needs: its steps, its diary, its log and the lake it opens. Does no work itself."""
