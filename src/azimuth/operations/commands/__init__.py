"""The commands of `azimuth`, a module each: `function(args) -> exit code`."""
