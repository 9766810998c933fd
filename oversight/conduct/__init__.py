"""Bad conduct records of firms (S26, S28, S50): verbs in `acts`, what is shown in `desk`, what is told in `asking`."""
