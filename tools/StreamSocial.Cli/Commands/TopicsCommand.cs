using System.CommandLine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StreamSocial.Cli.Distribution;
using StreamSocial.Cli.Output;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Topics;

namespace StreamSocial.Cli.Commands;

/// <summary><c>topics</c>: what is done with the topics of the catalogue.</summary>
internal sealed class TopicsCommand : Command
{
    public TopicsCommand(IAnsiConsole console)
        : base("topics", "Describe or create the topics of the catalogue.")
    {
        Add(new TopicsDescribeCommand(console));
        Add(new TopicsCreateCommand(console));
    }
}

/// <summary><c>topics describe</c>: partitions, spread of the records, and the keys that make a partition hot.</summary>
internal sealed class TopicsDescribeCommand : Command
{
    /// <summary>Topics whose keys come from outside, so that they can be hot.</summary>
    public static readonly IReadOnlyList<string> KeyedTopics = [TopicNames.UserActions, TopicNames.ContentInteractions];

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<TopologyProfile?> _profile = SharedOptions.Profile("the one that fits the input topics");
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public TopicsDescribeCommand(IAnsiConsole console)
        : base("describe", "Show retention, compaction, records, the 20 % rule's verdict, where a topic is not what the catalogue has and the command that mends it, records per partition (mean, max) and which keys make a partition hot.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_profile);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var settings = SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!);
        using var inspector = new LogInspector(settings);
        var partitions = inspector.ReadPartitionCounts();
        var catalog = StreamSocialTopics.For(parsed.GetValue(_profile) ?? LogInspector.ProfileOf(partitions) ?? TopologyProfile.Full);
        using var reader = new TopicReader(settings, TimeProvider.System, NullLoggerFactory.Instance);
        var reports = (await reader.ReadAsync(catalog.Topics, ReadTimeout, cancellationToken))
            .Describe(earlier: null, sizes: null, settings.BootstrapServers)
            .ToDictionary(report => report.Name, StringComparer.Ordinal);
        var topics = new List<TopicDistribution>();
        foreach (var topic in catalog.Topics.Select(topic => topic.Name))
        {
            if (!partitions.ContainsKey(topic))
            {
                _console.MarkupLineInterpolated($"[yellow]{topic} does not exist[/]; 'topics create' makes it.");
                continue;
            }

            var distribution = await inspector.DescribeAsync(topic, KeyedTopics.Contains(topic), cancellationToken);
            topics.Add(distribution with { Report = reports[topic] });
        }

        TopicTables.Write(_console, [.. reports.Values]);
        DistributionTables.Write(_console, topics);
        await json.WriteAsync(topics, cancellationToken);
        return topics.Count > 0 ? ExitCodes.Done : ExitCodes.NotTried;
    }
}

/// <summary><c>topics create</c>: makes what the catalogue wants and the cluster lacks.</summary>
internal sealed class TopicsCreateCommand : Command
{
    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<TopologyProfile?> _profile = SharedOptions.Profile("full");
    private readonly Option<int?> _replicationFactor = SharedOptions.ReplicationFactor();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public TopicsCreateCommand(IAnsiConsole console)
        : base("create", "Create the topics that are missing; an existing one that contradicts the catalogue is an error, and nothing is created.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_profile);
        Add(_replicationFactor);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var profile = parsed.GetValue(_profile) ?? TopologyProfile.Full;
        var catalog = StreamSocialTopics.For(profile);
        var settings = SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!);
        // Thousands of partitions take a minute, so what is done and what is waited for is said.
        using var logging = LoggerFactory.Create(builder => builder.AddSimpleConsole(console => console.SingleLine = true));
        using var ends = new LogEndReader(settings, logging.CreateLogger<LogEndReader>());
        using var administrator = new TopicAdministrator(settings, ends, TimeProvider.System, logging.CreateLogger<TopicAdministrator>());
        try
        {
            var topics = parsed.GetValue(_replicationFactor) is { } copies ? catalog.Topics.Select(topic => topic.WithReplicationFactor(copies)).ToArray() : [.. catalog.Topics];
            var created = await administrator.CreateAsync(topics, cancellationToken);
            _console.MarkupLineInterpolated($"{created.Count} of {catalog.Topics.Length} topics created (profile {profile}), the others were there.");
            foreach (var topic in created)
                _console.MarkupLineInterpolated($"  {topic}: {catalog[topic].Partitions} partitions, {catalog[topic].CleanupPolicyValue}");
            await json.WriteAsync(new { Profile = profile, Created = created }, cancellationToken);
            return ExitCodes.Done;
        }
        catch (TopicMismatchException e)
        {
            throw new ToolException(e.Message, e);
        }
    }
}
