namespace StreamSocial.AppHost.Startup;

/// <summary>The options table of <c>--help</c>.</summary>
internal static class OptionsHelp
{
    public static readonly IReadOnlyList<(string Name, string Default, string Meaning)> Options =
    [
        ("Kafka:Source", "auto", "auto, external, containers, process or embedded; auto takes the first that works"),
        ("ConnectionStrings:kafka", "", "brokers of an external cluster, host:port[,host:port…]"),
        ("KAFKA_HOME", "", "directory with libs/*.jar for Kafka:Source=process (environment variable)"),
        ("Kafka:DataDirectory", "", "keep the processes' data here from run to run; empty: removed at the end"),
        ("Kafka:Jmx", "false", "let the processes carry the JMX exporter of KAFKA_HOME/agents, if it is there"),
        ("Kafka:FirstPort", "0", "first of six ports in a row for the processes; 0: free ones"),
        ("Kafka:HeapOptions", "", "options for each broker's Java; empty: -Xms256m -Xmx1g"),
        ("Kafka:Client:…", "", "any librdkafka property for every client, for example security.protocol"),
        ("Kafka:ReplicationFactor", "", "copies of each partition that is created; empty: 3, or 1 on one broker"),
        ("Topology:Profile", "by source", "full: 1000 + 500 + 1000 partitions; small: 60 + 30 + 60"),
        ("FeedGenerators:Minimum", "1", "fewest feed generators"),
        ("FeedGenerators:Initial", "1", "feed generators at the start"),
        ("FeedGenerators:Maximum", "4", "most feed generators"),
        ("FeedGenerators:StartsAtOnce", "by cores", "feed generators that start together when more are asked for; as many as there are cores"),
        ("FeedGenerators:MaxEntriesPerSecond", "none", "cap on the entries that each processes; 3,000 with the demo's traffic"),
        ("Autoscaler:Enabled", "true", "let the autoscaler start and stop feed generators"),
        ("Dashboard:Enabled", "true", "start the dashboard"),
        ("Traffic:Enabled", "true", "send traffic"),
        ("Traffic:Trace", "", "trace file to replay instead of synthetic traffic"),
        ("Telemetry:TraceSampleRatio", "0.05", "share of the traces that are recorded"),
        ("Control:Url", "a free port", "where the control server listens, such as http://127.0.0.1:5100"),
        ("Control:Token", "made at start", "what scaling, starting and stopping need; printed with the links"),
        ("AspireDashboard:Enabled", "true", "start the Aspire dashboard where its program can be had"),
    ];

    public static bool IsAskedFor(string[] args) => args.Any(a => a is "--help" or "-h" or "-?");

    /// <returns>The exit code.</returns>
    public static int Print(TextWriter output)
    {
        output.WriteLine("dotnet run --project StreamSocial.AppHost -- [--Name=value …]");
        output.WriteLine();
        foreach (var (name, value, meaning) in Options)
            output.WriteLine($"  {name,-28} {value,-11} {meaning}");

        output.WriteLine();
        output.WriteLine("Each also as an environment variable, with __ for the colon.");
        return 0;
    }
}
