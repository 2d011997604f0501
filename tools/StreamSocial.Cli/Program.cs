using StreamSocial.Cli.Commands;

return await CommandLine.RunAsync(args);
