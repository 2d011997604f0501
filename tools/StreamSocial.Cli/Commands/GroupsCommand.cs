using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Groups;
using StreamSocial.Kafka.Topics;

namespace StreamSocial.Cli.Commands;

/// <summary><c>groups</c>: every consumer group that reads the catalogue's topics, whoever it belongs to.</summary>
internal sealed class GroupsCommand : Command
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public GroupsCommand(IAnsiConsole console)
        : base("groups", "Show every consumer group that has positions in topics of the catalogue, or partitions of them: state, protocol, lag behind the committed positions, members, and how evenly partitions and lag are spread over them. Exit code 2 if a group does not answer for itself; --json has the others.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var settings = SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!);
        using var topics = new TopicReader(settings, TimeProvider.System, NullLoggerFactory.Instance);
        var reading = await topics.ReadAsync(StreamSocialTopics.For(TopologyProfile.Full).Topics, ReadTimeout, cancellationToken);
        var groups = await new ConsumerGroupReader(settings, NullLogger<ConsumerGroupReader>.Instance).ReadAsync(reading, cancellationToken)
            ?? throw new ToolException("The embedded cluster does not list its groups; 'streamsocial members' shows who reports.");
        GroupTables.Write(_console, groups);
        await json.WriteAsync(groups.Groups, cancellationToken);
        return groups.Unread.IsEmpty ? ExitCodes.Done : ExitCodes.NotTried;
    }
}
