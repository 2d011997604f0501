using System.Globalization;
using StreamSocial.Dashboard.Operations;
using StreamSocial.Events.Stages;
using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Operations.DeadLetters;
using StreamSocial.Operations.Log;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Dashboard.DeadLetters;

internal static class DeadLetterEndpoints
{
    /// <summary>A page can be sent back as a whole.</summary>
    private const int MaxLimit = ReplayRecord.MaxLetters;

    /// <summary><c>GET /api/dead-letters</c> and <c>POST /api/dead-letters:replay</c>.</summary>
    public static void MapDeadLetters(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/dead-letters", ReadAsync)
            .WithName("GetDeadLetters").WithSummary("Entries that could not be processed, newest first, with their origin and error, and decoded where they can be")
            .WithDescription("`topic` is the input topic whose dead letters are meant, default all; `before` the `next` of an earlier page.")
            .WithMetadata(new QueryNumber("limit", 1, _ => MaxLimit, MaxLimit, "Most letters."))
            .Produces<DeadLetterList>().WithProblems(ApiProblems.Invalid, DeadLetterProblems.Busy, DeadLetterProblems.KafkaSilent);
        endpoints.MapPost("/api/dead-letters:replay", ReplayAsync).RequireControlToken()
            .WithName("ReplayDeadLetters").WithSummary("Sends chosen dead letters back to the ends of the partitions they came from; needs the control token")
            .WithDescription("All or none of them are sent, unless the brokers fail in the middle. They stay where they are, so none is lost. One that was sent before is sent again only with its `repeat`.")
            .Produces<ReplayResult>()
            .WithProblems(
                ApiProblems.Invalid, DeadLetterProblems.NoSuchLetter, DeadLetterProblems.NotReplayable, DeadLetterProblems.AlreadyReplayed, DeadLetterProblems.ReplaysUnknown,
                DeadLetterProblems.KafkaSilent, OperationProblems.Unrecorded);
    }

    private static async Task<IResult> ReadAsync(string? topic, string? limit, string? before, IDeadLetters letters, CancellationToken cancellationToken)
    {
        if (topic is not null && !FeedGeneratorStages.Inputs.Contains(topic))
            return Invalid("topic", $"An input topic is one of {string.Join(", ", FeedGeneratorStages.Inputs)}.");
        var most = MaxLimit;
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) && most is >= 1 and <= MaxLimit))
            return Invalid("limit", $"A limit is a whole number from 1 to {MaxLimit}.");
        var cursor = before is null ? null : DeadLetterCursor.Decode(before);
        if (before is not null && cursor is null)
            return Invalid("before", "Give the value of 'next' of an earlier page, unchanged.");
        try
        {
            return TypedResults.Ok(await letters.ReadAsync(topic is null ? FeedGeneratorStages.Inputs : [topic], most, cursor, cancellationToken));
        }
        catch (DeadLettersBusyException)
        {
            return DeadLetterProblems.Busy.Answer();
        }
        catch (DeadLetterException e)
        {
            return DeadLetterProblems.KafkaSilent.Answer(e.Message);
        }
    }

    private static async Task<IResult> ReplayAsync(JsonBody<ReplayRequest> body, IDeadLetters letters, Operator by, CancellationToken cancellationToken)
    {
        var chosen = body.Value.Letters;
        if (chosen is not { Count: >= 1 and <= ReplayRecord.MaxLetters } || chosen.Any(letter => letter is not { Topic.Length: > 0, Partition: >= 0, Offset: >= 0 }))
            return Invalid("letters", $"Give 1 to {ReplayRecord.MaxLetters} letters, each with its topic, partition and offset.");
        try
        {
            var result = await letters.ReplayAsync(
                [.. chosen.Select(letter => new ReplayChoice(new DeadLetterPlace(letter!.Topic!, letter.Partition, letter.Offset), letter.Repeat))], by, cancellationToken);
            return TypedResults.Ok(result);
        }
        catch (ReplayRefusedException e)
        {
            return e.Kind.Answer(e.Message);
        }
        catch (OperationLogException e)
        {
            return OperationProblems.Unrecorded.Answer(e.Message);
        }
        catch (DeadLetterException e)
        {
            return DeadLetterProblems.KafkaSilent.Answer(e.Message);
        }
    }

    private static IResult Invalid(string field, string why) => ApiProblems.InvalidFields(new Dictionary<string, string[]> { [field] = [why] });
}

/// <summary>Why dead letters are not read or replayed.</summary>
internal static class DeadLetterProblems
{
    public static ProblemKind NoSuchLetter { get; } = new(404, "no_such_dead_letter", "One of the dead letters is not there, or no longer. None was sent.", "Take topic, partition and offset from `GET /api/dead-letters`.");

    public static ProblemKind NotReplayable { get; } = new(
        409, "not_replayable", "One of the dead letters does not say where it came from, or is not complete. None was sent.", "Leave those out whose `isReplayable` is false.");

    public static ProblemKind AlreadyReplayed { get; } = new(
        409, "already_replayed", "One of the dead letters was sent before, or may have been. None was sent now.", "Give it `repeat` if it shall go again.");

    public static ProblemKind ReplaysUnknown { get; } = new(
        503, "replays_unknown", "The log of actions has not been read yet, so it is unknown whether one was sent before. None was sent.", "Try again in a second.");

    public static ProblemKind Busy { get; } = new(503, "dead_letters_busy", "Too many others wait for dead letters already.", "Try again in some seconds.");

    public static ProblemKind KafkaSilent { get; } = new(503, "kafka_silent", "The brokers did not deliver or take the dead letters in time.", "Look at the brokers; try again.");
}

/// <summary>Too many wait for a reading.</summary>
internal sealed class DeadLettersBusyException : Exception;

/// <summary>A replay is refused; nothing was sent.</summary>
/// <param name="kind">The problem.</param>
/// <param name="message">Which letter, and why.</param>
internal sealed class ReplayRefusedException(ProblemKind kind, string message) : Exception(message)
{
    public ProblemKind Kind => kind;
}
