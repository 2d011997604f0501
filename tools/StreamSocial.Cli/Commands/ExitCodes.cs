namespace StreamSocial.Cli.Commands;

/// <summary>What the exit code of every command means.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>A check did not hold, or something that the command needs did not work.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong; nothing was done.</summary>
    public const int BadUsage = 2;
}
