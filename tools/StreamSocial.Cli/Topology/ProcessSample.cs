namespace StreamSocial.Cli.Topology;

/// <summary>One process at one moment, from <c>/proc</c>.</summary>
/// <param name="StartTicks">When it started, in clock ticks since boot: with the pid it tells processes apart for good.</param>
/// <param name="CpuSeconds">CPU time used, user and system.</param>
/// <param name="ResidentBytes">Resident memory; pages shared with other processes count in each of them.</param>
/// <param name="CommandLine">Its arguments, space-separated.</param>
internal sealed record ProcessSample(int Pid, int ParentPid, long StartTicks, double CpuSeconds, long ResidentBytes, string CommandLine)
{
    /// <summary>What kind of process it is: the project, or <c>kafka</c> for a broker.</summary>
    public string Kind
    {
        get
        {
            var words = CommandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Contains("kafka.Kafka"))
                return "kafka";
            var program = words.Select(Path.GetFileName).FirstOrDefault();
            if (program == "dotnet")
                program = words.Select(Path.GetFileName).FirstOrDefault(word => word is not null && word.EndsWith(".dll", StringComparison.Ordinal)) ?? program;
            return program is null ? "unknown" : program.EndsWith(".dll", StringComparison.Ordinal) ? program[..^4] : program;
        }
    }
}
