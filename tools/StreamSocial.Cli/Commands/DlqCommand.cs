using System.CommandLine;
using Spectre.Console;
using StreamSocial.Cli.Operations;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka;
using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Operations;
using StreamSocial.Operations.DeadLetters;
using StreamSocial.Operations.Log;

namespace StreamSocial.Cli.Commands;

/// <summary><c>dlq</c>: what is done with entries that could not be processed.</summary>
internal sealed class DlqCommand : Command
{
    public DlqCommand(IAnsiConsole console)
        : base("dlq", "List or replay entries that could not be processed (dead letters).")
    {
        Add(new DlqListCommand(console));
        Add(new DlqReplayCommand(console));
    }

    public static Option<string?> Topic() => new("--topic") { Description = "Input topic whose dead letters are meant, for example user-actions; default all.", HelpName = "TOPIC" };

    /// <summary>Reads the dead letters of an input topic, or of all of them, oldest first.</summary>
    /// <exception cref="DeadLetterException">The topic has no dead-letter topic, or the cluster does not answer.</exception>
    public static async Task<IReadOnlyList<DeadLetter>> ReadAsync(KafkaClientSettings settings, string? inputTopic, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string> inputs = inputTopic is null ? FeedGeneratorStages.Inputs : [inputTopic];
        using var reader = new DeadLetterReader(settings, TimeProvider.System);
        var page = await reader.ReadNewestAsync(inputs, int.MaxValue, null, DeadLetterBounds.HalfAMinute, cancellationToken);
        if (page.Unread.Count > 0)
            throw new DeadLetterException($"Kafka at {settings.BootstrapServers} did not deliver {page.Unread.Count} partitions of dead letters within {DeadLetterBounds.HalfAMinute.MaxTime.TotalSeconds:0} s.");
        return [.. page.Letters.Reverse()];
    }
}

/// <summary><c>dlq list</c>: dead letters with their origin and error.</summary>
internal sealed class DlqListCommand : Command
{
    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<string?> _topic = DlqCommand.Topic();
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public DlqListCommand(IAnsiConsole console)
        : base("list", "List dead letters: when, from where (topic, partition, offset, entry), after how many tries, and the error.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_topic);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var settings = SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!);
        var letters = await DlqCommand.ReadAsync(settings, parsed.GetValue(_topic), cancellationToken);
        DeadLetterTable.Write(_console, letters);
        await json.WriteAsync(letters, cancellationToken);
        return ExitCodes.Done;
    }
}

/// <summary><c>dlq replay</c>: sends dead letters back to where they came from.</summary>
internal sealed class DlqReplayCommand : Command
{
    private static readonly TimeSpan LogTimeout = TimeSpan.FromSeconds(30);

    private readonly Option<string?> _bootstrap = SharedOptions.Bootstrap();
    private readonly Option<string?> _topic = DlqCommand.Topic();
    private readonly Option<string[]> _only = new("--only")
    {
        Description = "Only the dead letter with this id, as 'dlq list' shows it; may be given several times.", HelpName = "ID",
    };

    private readonly Option<bool> _again = new("--again") { Description = "Also send those that were sent before, or may have been." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would be sent and send nothing." };
    private readonly Option<FileInfo?> _json = SharedOptions.Json();
    private readonly IAnsiConsole _console;

    public DlqReplayCommand(IAnsiConsole console)
        : base(
            "replay",
            "Send the payloads of dead letters back to their origin partitions, with key and timestamp, at the end of the log: they take effect after everything "
            + "that followed them. They go as records of a foreign producer, outside the edges, so no reader recognises a repeat (repeats of an action id are recognised "
            + "as ever); but each replay is recorded in the log of actions, and what that names is left out unless --again. A record that could not be read as a whole "
            + "goes as one payload, without its headers. Dead letters stay where they are until their topic's retention ends.")
    {
        _console = console;
        Add(_bootstrap);
        Add(_topic);
        Add(_only);
        Add(_again);
        Add(_dryRun);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var json = ResultFile.Open(parsed.GetValue(_json));
        var settings = SharedOptions.CreateSettings(parsed.GetValue(_bootstrap)!);
        var letters = await DlqCommand.ReadAsync(settings, parsed.GetValue(_topic), cancellationToken);
        if (parsed.GetValue(_only) is { Length: > 0 } only)
        {
            if (only.Except(letters.Select(letter => letter.Id)).ToList() is { Count: > 0 } unknown)
                throw new ToolException($"There is no dead letter {string.Join(", ", unknown)}; 'dlq list' shows the ids.");
            letters = [.. letters.Where(letter => only.Contains(letter.Id))];
        }
        if (!parsed.GetValue(_again))
            letters = await WithoutSentAsync(settings, letters, cancellationToken);
        DeadLetterTable.Write(_console, letters);
        int? sent = parsed.GetValue(_dryRun) ? null : await SendAsync(settings, letters, parsed.GetValue(_again), cancellationToken);
        _console.MarkupLineInterpolated($"{Describe(letters, sent)}");
        await json.WriteAsync(letters, cancellationToken);
        return ExitCodes.Done;
    }

    /// <summary>What comes of a replay, one line for a person.</summary>
    /// <param name="letters">The letters.</param>
    /// <param name="sent">How many of them were sent; null when none is to be.</param>
    public static string Describe(IReadOnlyList<DeadLetter> letters, int? sent)
    {
        var (homeless, cut) = (letters.Count(letter => letter is { IsReplayable: false, OmittedBytes: null }), letters.Count(letter => letter.OmittedBytes is not null));
        var done = sent is { } count ? $"{count} of {letters.Count} were sent" : $"{letters.Count - homeless - cut} would be sent; nothing was";
        return done + (homeless > 0 ? $"; {homeless} do not say where they came from" : "") + (cut > 0 ? $"; of {cut} a part is missing" : "") + ".";
    }

    /// <summary>Leaves out what the log of actions names, and says how many that are.</summary>
    private async Task<IReadOnlyList<DeadLetter>> WithoutSentAsync(KafkaClientSettings settings, IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        if (letters.Count == 0)
            return letters;
        await using var reader = new TableReader<Operation>(settings, TopicNames.Operations, OperationRecords.Read);
        await reader.StartAsync(cancellationToken);
        var sent = ReplayRecord.ReadAll(await reader.ReadAsync(LogTimeout, cancellationToken));
        IReadOnlyList<DeadLetter> others = [.. letters.Where(letter => !sent.ContainsKey(letter.Place))];
        if (others.Count < letters.Count)
            _console.MarkupLineInterpolated($"{letters.Count - others.Count} were sent before, or may have been, and are left out; --again sends them too.");
        return others;
    }

    /// <summary>Sends what can be sent, recorded in parts that fit into a record of the log of actions. What another replay began to send before is left out unless repeats are asked for.</summary>
    private async Task<int> SendAsync(KafkaClientSettings settings, IReadOnlyList<DeadLetter> letters, bool again, CancellationToken cancellationToken)
    {
        using var operation = new RecordedOperation(settings);
        var replay = new DeadLetterReplay(settings);
        var sent = 0;
        foreach (var part in letters.Where(letter => letter.IsReplayable).Chunk(ReplayRecord.MaxLetters))
        {
            var hasBegun = false;
            sent += await operation.RunAsync(
                ReplayRecord.Kind, string.Join(", ", part.Select(letter => letter.Topic).Distinct()), ReplayRecord.Write([.. part.Select(letter => letter.Place)]),
                () => !hasBegun,
                async (id, token) =>
                {
                    var own = again ? part : await WithoutTakenAsync(settings, part, id, token);
                    hasBegun = true;
                    return (await replay.SendAsync(own, timeout: null, token)).Count;
                },
                count => $"{count} sent back", cancellationToken);
        }
        return sent;
    }

    private async Task<IReadOnlyList<DeadLetter>> WithoutTakenAsync(KafkaClientSettings settings, IReadOnlyList<DeadLetter> letters, string operationId, CancellationToken cancellationToken)
    {
        var taken = await new ReplayOrder(settings, TimeProvider.System).ReadTakenAsync(operationId, cancellationToken);
        IReadOnlyList<DeadLetter> others = [.. letters.Where(letter => !taken.Contains(letter.Place))];
        if (others.Count < letters.Count)
            _console.MarkupLineInterpolated($"{letters.Count - others.Count} are sent by somebody else at the moment, and are left out.");
        return others;
    }
}
