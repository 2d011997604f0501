using System.Collections.Immutable;
using System.CommandLine;
using Confluent.Kafka;
using Spectre.Console;
using StreamSocial.Alerts;
using StreamSocial.Alerts.Rules;
using StreamSocial.Alerts.State;
using StreamSocial.Cli.Operations;
using StreamSocial.Events;

namespace StreamSocial.Cli.Commands.Alerts;

/// <summary><c>alerts silence</c>: keeps alerts from the receiver for a time, also without a dashboard.</summary>
internal sealed class SilenceCommand : Command
{
    private static readonly TimeSpan DefaultDuration = TimeSpan.FromHours(1);

    private readonly Argument<string> _rule = new("rule") { Description = "Name of the rule.", HelpName = "RULE" };
    private readonly Option<string[]> _label = new("--label") { Description = "Only alerts with this label, such as --label broker=2; may be given again for other labels, and all must match.", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };
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
            // One silence has one value of a label, and that of the rule's name is the argument.
            if (matchers.ContainsKey(name))
                throw new UsageException($"--label {name} is given, and the silence has {name}={matchers[name]} already; another value takes another silence.");
            matchers = matchers.Add(name, value);
        }

        var now = TimeProvider.System.GetUtcNow();
        var silence = new Silence(
            Guid.CreateVersion7(now).ToString("N"), matchers, now, now + (parsed.GetValue(_for) ?? DefaultDuration), Environment.UserName, parsed.GetValue(_comment) ?? "");
        await AlertTopicWriter.WriteAsync(
            parsed.GetValue(_bootstrap)!, "alerts-silence", string.Join(", ", matchers.Select(matcher => $"{matcher.Key}={matcher.Value}")), silence.Comment, Record(silence),
            $"Silent until {silence.Until:u}.", cancellationToken);
        _console.MarkupLineInterpolated($"Silence {silence.Id}: {rule} is silent until {silence.Until:yyyy-MM-dd HH:mm:ss} UTC.");
        return ExitCodes.Done;
    }

    private static (byte[] Key, byte[]? Value) Record(Silence silence)
    {
        try
        {
            return AlertRecords.Write(silence);
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"Nothing is silenced, since nobody could read it: {e.Message}.");
        }
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
        var (id, bootstrap) = (parsed.GetValue(_id)!, parsed.GetValue(_bootstrap)!);
        await using (var reader = AlertsCommand.CreateReader(bootstrap))
            ThrowIfOver(await AlertsCommand.ReadAsync(reader, cancellationToken), id, TimeProvider.System.GetUtcNow());
        await AlertTopicWriter.WriteAsync(
            bootstrap, "alerts-unsilence", id, "", (AlertRecords.KeyOfSilence(id), null), "The silence is over.", cancellationToken);
        _console.MarkupLineInterpolated($"Silence {id} is over.");
        return ExitCodes.Done;
    }

    /// <exception cref="ToolException">There is no such silence, or it is over.</exception>
    public static void ThrowIfOver(AlertSet alerts, string id, DateTimeOffset now)
    {
        if (alerts.Silences.GetValueOrDefault(id) is not { } silence || silence.Until <= now)
            throw new ToolException($"There is no silence {id}, or it is over; 'alerts' shows the ids.");
    }
}

/// <summary>Writes one record to topic <c>alerts</c>, and the action to the log of actions.</summary>
internal static class AlertTopicWriter
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <param name="bootstrap">The brokers.</param>
    /// <param name="kind">What is done, as the log has it.</param>
    /// <param name="target">To what.</param>
    /// <param name="comment">Why; empty for no reason.</param>
    /// <param name="record">Key and value; no value removes what was kept.</param>
    /// <param name="done">What came of it, one sentence.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ToolException">The brokers did not acknowledge it in time.</exception>
    public static async Task WriteAsync(
        string bootstrap, string kind, string target, string comment, (byte[] Key, byte[]? Value) record, string done, CancellationToken cancellationToken)
    {
        using var recorded = new RecordedOperation(SharedOptions.CreateSettings(bootstrap));
        var parameters = comment.Length > 0 ? new Dictionary<string, string> { ["comment"] = comment } : [];
        await recorded.RunAsync(
            kind, target, parameters,
            async token =>
            {
                await ProduceAsync(recorded.Producer, record, token);
                return done;
            },
            said => said, cancellationToken);
    }

    private static async Task ProduceAsync(IProducer<byte[]?, byte[]?> producer, (byte[] Key, byte[]? Value) record, CancellationToken cancellationToken)
    {
        try
        {
            await producer.ProduceAsync(TopicNames.Alerts, new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value }, cancellationToken).WaitAsync(Timeout, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new ToolException($"Topic {TopicNames.Alerts} did not acknowledge it within {Timeout.TotalSeconds:0} s. Do the brokers answer?", e);
        }
    }
}
