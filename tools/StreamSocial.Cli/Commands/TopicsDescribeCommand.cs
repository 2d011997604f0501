using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Distribution;
using StreamSocial.Cli.Output;
using StreamSocial.Events;
using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Commands;

/// <summary><c>topics describe</c>: partitions, spread of the records, and the keys that make a partition hot.</summary>
internal sealed class TopicsDescribeCommand : Command
{
    /// <summary>Topics whose keys come from outside, so that they can be hot.</summary>
    public static readonly IReadOnlyList<string> KeyedTopics = [TopicNames.UserActions, TopicNames.ContentInteractions];

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public TopicsDescribeCommand(IAnsiConsole console)
        : base("describe", "Show partitions, records per partition (mean, max) and which keys make a partition hot.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var inspector = new LogInspector(SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!));
        var partitions = inspector.ReadPartitionCounts();
        var topics = new List<TopicDistribution>();
        foreach (var topic in StreamSocialTopics.For(TopologyProfile.Full).Topics.Select(topic => topic.Name))
        {
            if (!partitions.TryGetValue(topic, out var count))
            {
                _console.MarkupLineInterpolated($"[yellow]{topic} does not exist[/]; 'topics create' makes it.");
                continue;
            }

            topics.Add(await inspector.DescribeAsync(topic, count, KeyedTopics.Contains(topic), cancellationToken));
        }

        DistributionTables.Write(_console, topics);
        await ResultFile.WriteAsync(parsed.GetValue(_json), topics, cancellationToken);
        return topics.Count > 0 ? ExitCodes.Done : ExitCodes.Failed;
    }
}
