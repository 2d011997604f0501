namespace Aspire.Hosting.Orchestration;

/// <summary>Finds programs, so that a missing one is named before a shell fails with a number.</summary>
internal static class CommandLookup
{
    public static string Resolve(string command, string workingDirectory)
    {
        var candidates = command.Contains('/')
            ? [Path.GetFullPath(command, workingDirectory)]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(d => Path.Combine(d, command));
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new DistributedApplicationException($"The program '{command}' was not found: install it, or put its directory on PATH.");
    }
}
