using System.CommandLine;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using StreamSocial.Cli.Output;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;

namespace StreamSocial.Cli.Commands;

/// <summary><c>topics create</c>: makes what the catalogue wants and the cluster lacks.</summary>
internal sealed class TopicsCreateCommand : Command
{
    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<TopologyProfile?> _profile = SharedOptions.Profile();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public TopicsCreateCommand(IAnsiConsole console)
        : base("create", "Create the topics that are missing; an existing one that contradicts the catalogue is an error, and nothing is created.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_profile);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var profile = parsed.GetValue(_profile) ?? TopologyProfile.Full;
        var catalog = StreamSocialTopics.For(profile);
        var settings = SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!);
        // Thousands of partitions take a minute, so what is done and what is waited for is said.
        using var logging = LoggerFactory.Create(builder => builder.AddSimpleConsole(console => console.SingleLine = true));
        using var ends = new LogEndReader(settings, logging.CreateLogger<LogEndReader>());
        using var administrator = new TopicAdministrator(settings, ends, TimeProvider.System, logging.CreateLogger<TopicAdministrator>());
        try
        {
            var created = await administrator.CreateAsync(catalog.Topics, cancellationToken);
            _console.MarkupLineInterpolated($"{created.Count} of {catalog.Topics.Length} topics created (profile {profile}), the others were there.");
            foreach (var topic in created)
                _console.MarkupLineInterpolated($"  {topic}: {catalog[topic].Partitions} partitions, {catalog[topic].CleanupPolicyValue}");
            await ResultFile.WriteAsync(parsed.GetValue(_json), new { Profile = profile, Created = created }, cancellationToken);
            return ExitCodes.Done;
        }
        catch (TopicMismatchException e)
        {
            throw new ToolException(e.Message, e);
        }
    }
}
