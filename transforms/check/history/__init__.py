"""What a delivery is compared with: earlier figures, names, files and layouts of its unit. Applies no rule."""
