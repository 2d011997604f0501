namespace StreamSocial.Cli.Topology;

/// <summary>Says what kind of process a command line is. Pure.</summary>
internal static class ProcessKind
{
    /// <param name="commandLine">Arguments, separated by spaces.</param>
    /// <returns><c>kafka</c> for a broker, else the program's name, for a .NET program that of its assembly.</returns>
    public static string Of(string commandLine)
    {
        var words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Contains("kafka.Kafka"))
            return "kafka";
        var names = words.Select(word => Path.GetFileName(word));
        var program = names.FirstOrDefault() ?? "unknown";
        if (program == "dotnet")
            program = names.FirstOrDefault(name => name.EndsWith(".dll", StringComparison.Ordinal)) ?? program;
        return program.EndsWith(".dll", StringComparison.Ordinal) ? program[..^4] : program;
    }
}
