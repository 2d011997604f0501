using System.Collections.Immutable;
using System.Text;
using Google.Protobuf;
using StreamSocial.Alerts.Contracts;
using StreamSocial.Alerts.State;
using StreamSocial.Kafka.Records;

namespace StreamSocial.Alerts;

/// <summary>Writes and reads the records of topic <c>alerts</c>, to which anybody may write.</summary>
public static class AlertRecords
{
    private const int Version = 1;
    private const int MaxLabels = 20;
    private const string SilencePrefix = "silence/";

    /// <summary>The record of an alert that fired. Of a text only so much is written as anybody reads.</summary>
    public static (byte[] Key, byte[] Value) Write(Alert alert)
    {
        var history = new AlertHistory { Rule = alert.Rule };
        history.Labels.Add(alert.Labels.ToDictionary());
        foreach (var episode in alert.Episodes)
        {
            var message = new AlertEpisode
            {
                ActiveAt = episode.ActiveAt.ToUnixTimeMilliseconds(),
                FiredAt = episode.FiredAt.ToUnixTimeMilliseconds(),
                Text = Shorten(episode.Text),
                Value = episode.Value ?? double.NaN,
                FiringTold = episode.FiringTold,
                ResolvedTold = episode.ResolvedTold,
            };
            if (episode.ResolvedAt is { } resolvedAt)
                message.ResolvedAt = resolvedAt.ToUnixTimeMilliseconds();
            history.Episodes.Add(message);
        }
        return (Encoding.UTF8.GetBytes(alert.Fingerprint), new AlertRecord { Version = Version, Alert = history }.ToByteArray());
    }

    /// <summary>The record of a silence.</summary>
    /// <exception cref="InvalidDataException">It has more labels, or longer texts, than anybody reads.</exception>
    public static (byte[] Key, byte[] Value) Write(Silence silence)
    {
        var message = new SilenceRecord
        {
            Id = silence.Id,
            CreatedAt = silence.CreatedAt.ToUnixTimeMilliseconds(),
            Until = silence.Until.ToUnixTimeMilliseconds(),
            CreatedBy = silence.CreatedBy,
            Comment = silence.Comment,
        };
        message.Matchers.Add(silence.Matchers.ToDictionary());
        Read(SilencePrefix + silence.Id, message);
        return (KeyOfSilence(silence.Id), new AlertRecord { Version = Version, Silence = message }.ToByteArray());
    }

    /// <summary>The key of a silence's record; a record without value removes it.</summary>
    public static byte[] KeyOfSilence(string id) => Encoding.UTF8.GetBytes(SilencePrefix + id);

    /// <summary>Reads a record.</summary>
    /// <param name="key">The record's key.</param>
    /// <param name="value">The record's value.</param>
    /// <param name="appendedAt">When the log took it.</param>
    /// <exception cref="InvalidDataException">The value is of a later version, not of this key, or has an absurd figure.</exception>
    /// <exception cref="InvalidProtocolBufferException">The value is no such record.</exception>
    public static AlertEntry Read(string key, byte[] value, DateTimeOffset appendedAt)
    {
        var record = AlertRecord.Parser.ParseFrom(value);
        FieldCheck.Number("version", record.Version, 1, Version);
        return record.ContentCase switch
        {
            AlertRecord.ContentOneofCase.Alert => new AlertEntry(Read(key, record.Alert), null),
            AlertRecord.ContentOneofCase.Silence => new AlertEntry(null, Read(key, record.Silence)),
            _ => throw new InvalidDataException("it is neither an alert nor a silence"),
        };
    }

    /// <summary>The alerts and silences of a table over the topic.</summary>
    public static AlertSet ToSet(IEnumerable<AlertEntry> entries)
    {
        var all = entries.ToList();
        return new AlertSet(
            all.Select(entry => entry.Alert).OfType<Alert>().ToImmutableDictionary(alert => alert.Fingerprint, StringComparer.Ordinal),
            all.Select(entry => entry.Silence).OfType<Silence>().ToImmutableDictionary(silence => silence.Id, StringComparer.Ordinal));
    }

    private static string Shorten(string text) => text.Length <= FieldCheck.LongestName ? text : $"{text[..(FieldCheck.LongestName - 1)]}…";

    private static Alert Read(string key, AlertHistory history)
    {
        FieldCheck.Name("rule", history.Rule);
        var labels = Labels("labels", history.Labels);
        ImmutableArray<Episode> episodes = [.. history.Episodes.Select(Read)];
        if (episodes.IsEmpty)
            throw new InvalidDataException("it never fired");
        var last = episodes[^1];
        var phase = new AlertPhase(last.ResolvedAt is null ? AlertStatus.Firing : AlertStatus.Resolved, last.ActiveAt, last.FiredAt, null, last.ResolvedAt);
        var alert = new Alert(history.Rule, labels, phase, last.Text, last.Value, episodes);
        FieldCheck.Key("fingerprint", alert.Fingerprint, key);
        return alert;
    }

    private static Episode Read(AlertEpisode message)
    {
        FieldCheck.Time("episodes.active_at", message.ActiveAt);
        FieldCheck.Time("episodes.fired_at", message.FiredAt);
        if (message.HasResolvedAt)
            FieldCheck.Time("episodes.resolved_at", message.ResolvedAt);
        FieldCheck.Name("episodes.text", message.Text);
        return new Episode(
            DateTimeOffset.FromUnixTimeMilliseconds(message.ActiveAt), DateTimeOffset.FromUnixTimeMilliseconds(message.FiredAt),
            message.HasResolvedAt ? DateTimeOffset.FromUnixTimeMilliseconds(message.ResolvedAt) : null,
            message.Text, double.IsFinite(message.Value) ? message.Value : null, message.FiringTold, message.ResolvedTold);
    }

    private static Silence Read(string key, SilenceRecord message)
    {
        FieldCheck.Key("id", SilencePrefix + message.Id, key);
        FieldCheck.Time("created_at", message.CreatedAt);
        FieldCheck.Time("until", message.Until);
        FieldCheck.Name("created_by", message.CreatedBy);
        FieldCheck.Name("comment", message.Comment);
        return new Silence(
            message.Id, Labels("matchers", message.Matchers), DateTimeOffset.FromUnixTimeMilliseconds(message.CreatedAt),
            DateTimeOffset.FromUnixTimeMilliseconds(message.Until), message.CreatedBy, message.Comment);
    }

    private static ImmutableSortedDictionary<string, string> Labels(string field, IDictionary<string, string> labels)
    {
        FieldCheck.Number(field, labels.Count, 0, MaxLabels);
        foreach (var (name, value) in labels)
        {
            FieldCheck.Name(field, name);
            FieldCheck.Name(field, value);
        }
        return labels.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }
}

/// <summary>What a record of topic <c>alerts</c> says: one of the two.</summary>
/// <param name="Alert">An alert that fired once.</param>
/// <param name="Silence">A silence.</param>
public sealed record AlertEntry(Alert? Alert, Silence? Silence);
