namespace StreamSocial.Cli.Commands;

/// <summary>What the exit code of every command means.</summary>
internal static class ExitCodes
{
    /// <summary>Done, or what was tried holds.</summary>
    public const int Done = 0;

    /// <summary>What was tried does not hold.</summary>
    public const int Failed = 1;

    /// <summary>It could not be tried: a wrong command line, a file that cannot be read or written, a cluster that is away, a faulty trace; or it was stopped.</summary>
    public const int NotTried = 2;
}
