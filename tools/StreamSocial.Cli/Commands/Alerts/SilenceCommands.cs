using System.Collections.Immutable;
using System.CommandLine;
using Confluent.Kafka;
using Spectre.Console;
using StreamSocial.Alerts;
using StreamSocial.Alerts.Rules;
using StreamSocial.Alerts.State;
using StreamSocial.Events;

namespace StreamSocial.Cli.Commands.Alerts;

/// <summary><c>alerts silence</c>: keeps alerts from the receiver for a time, also without a dashboard.</summary>
internal sealed class SilenceCommand : Command
{
    private static readonly TimeSpan DefaultDuration = TimeSpan.FromHours(1);

    private readonly Argument<string> _rule = new("rule") { Description = "Name of the rule.", HelpName = "RULE" };
    private readonly Option<string[]> _label = new("--label") { Description = "Only alerts with this label, such as --label broker=2; may be given again.", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };
    private readonly Option<TimeSpan?> _for = SharedOptions.Duration("--for", "How long, such as 30m or 8h. Default 1h.");
    private readonly Option<string?> _comment = new("--comment") { Description = "Why.", HelpName = "TEXT" };
    private readonly Option<string?> _bootstrap;
    private readonly IAnsiConsole _console;

    public SilenceCommand(IAnsiConsole console, Option<string?> bootstrap)
        : base("silence", "Keep a rule's alerts from the receiver for a time.")
    {
        (_console, _bootstrap) = (console, bootstrap);
        Add(_rule);
        foreach (var option in new Option[] { _label, _for, _comment })
            Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var rule = parsed.GetValue(_rule)!;
        if (AlertRules.Find(rule) is null)
            throw new UsageException($"'{rule}' is no rule; the rules are {string.Join(", ", AlertRules.All.Select(known => known.Name))}.");
        var matchers = ImmutableSortedDictionary<string, string>.Empty.Add(AlertLabels.Name, rule);
        foreach (var label in parsed.GetValue(_label)!)
        {
            if (label.Split('=', 2) is not [{ Length: > 0 } name, var value])
                throw new UsageException($"--label is '{label}'; give name=value.");
            matchers = matchers.SetItem(name, value);
        }

        var now = TimeProvider.System.GetUtcNow();
        var silence = new Silence(
            Guid.CreateVersion7(now).ToString("N"), matchers, now, now + (parsed.GetValue(_for) ?? DefaultDuration), Environment.UserName, parsed.GetValue(_comment) ?? "");
        try
        {
            var (key, record) = AlertRecords.Write(silence);
            await AlertTopicWriter.WriteAsync(parsed.GetValue(_bootstrap)!, key, record, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"Nothing is silenced, since nobody could read it: {e.Message}.");
        }
        _console.MarkupLineInterpolated($"Silence {silence.Id}: {rule} is silent until {silence.Until:HH:mm:ss} UTC.");
        return ExitCodes.Done;
    }
}

/// <summary><c>alerts unsilence</c>: ends a silence.</summary>
internal sealed class UnsilenceCommand : Command
{
    private readonly Argument<string> _id = new("id") { Description = "The silence's id, as 'alerts' shows it.", HelpName = "ID" };
    private readonly Option<string?> _bootstrap;
    private readonly IAnsiConsole _console;

    public UnsilenceCommand(IAnsiConsole console, Option<string?> bootstrap)
        : base("unsilence", "End a silence.")
    {
        (_console, _bootstrap) = (console, bootstrap);
        Add(_id);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var id = parsed.GetValue(_id)!;
        await AlertTopicWriter.WriteAsync(parsed.GetValue(_bootstrap)!, AlertRecords.KeyOfSilence(id), null, cancellationToken);
        _console.MarkupLineInterpolated($"Silence {id} is over.");
        return ExitCodes.Done;
    }
}

/// <summary>Writes one record to topic <c>alerts</c>.</summary>
internal static class AlertTopicWriter
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <exception cref="ToolException">The brokers did not acknowledge it in time.</exception>
    public static async Task WriteAsync(string bootstrap, byte[] key, byte[]? value, CancellationToken cancellationToken)
    {
        using var producer = new ProducerBuilder<byte[], byte[]?>(SharedOptions.CreateSettings(bootstrap).CreateProducerConfig("streamsocial-alerts"))
            .SetLogHandler((_, _) => { }).Build();
        try
        {
            await producer.ProduceAsync(TopicNames.Alerts, new Message<byte[], byte[]?> { Key = key, Value = value }, cancellationToken).WaitAsync(Timeout, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new ToolException($"Topic {TopicNames.Alerts} did not acknowledge it within {Timeout.TotalSeconds:0} s. Do the brokers answer?", e);
        }
    }
}
