using System.Text;
using StreamSocial.Events;
using StreamSocial.Kafka.Limits;
using StreamSocial.Streams.Emitting;
using StreamSocial.Topics;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>
/// Sends an update to its author's audience, with one entry for each partition of feed-updates that holds their feeds; more where their ids do
/// not fit into one.
/// </summary>
/// <param name="followers">Followers by author.</param>
/// <param name="leavers">Those who followed an author once and stopped; they may follow again.</param>
/// <param name="partitionCount">Partitions of feed-updates.</param>
internal sealed class FanOut(FollowerStore followers, FollowerStore leavers, int partitionCount)
{
    // Larger buffers are released after use, because most tasks rarely see an account of that size.
    private const int KeptCapacity = 4096;

    /// <summary>
    /// Bytes of the recipients of one entry. Constant, and not derived from the cluster's limit: the next owner of the partition must cut a
    /// replay into the same entries, or their numbers would stand for others. With the rest of the update it is below every limit.
    /// </summary>
    private const int RecipientBytes = RecordLimit.PartBytes / 2;

    /// <summary>Tag and length of a recipient.</summary>
    private const int FieldBytes = 3;

    private readonly List<string> _recipients = [];
    private string[] _sorted = [];
    private int[] _partitions = [];

    /// <param name="update">The update, without recipients.</param>
    /// <param name="audience">Who gets it.</param>
    /// <param name="emitter">Receives the entries.</param>
    public void Send(FeedUpdate update, Audience audience, IEmitter emitter)
    {
        _recipients.Clear();
        if (audience != Audience.Leavers)
            followers.CopyTo(update.AuthorId, _recipients);
        if (audience != Audience.Followers)
            leavers.CopyTo(update.AuthorId, _recipients);
        if (_recipients.Count == 1)
            Emit(update, KeyPartitioner.PartitionOf(_recipients[0], partitionCount), _recipients.ToArray(), emitter);
        else if (_recipients.Count > 1)
            SendGroups(update, emitter);
        if (_recipients.Capacity > KeptCapacity)
            Release();
    }

    private void SendGroups(FeedUpdate update, IEmitter emitter)
    {
        var count = _recipients.Count;
        if (_sorted.Length < count)
        {
            _sorted = new string[Math.Max(count, 16)];
            _partitions = new int[_sorted.Length];
        }

        _recipients.CopyTo(_sorted);
        for (var i = 0; i < count; i++)
            _partitions[i] = KeyPartitioner.PartitionOf(_sorted[i], partitionCount);

        // Sorting by partition number first is cheap; only the small groups are then compared by text.
        Array.Sort(_partitions, _sorted, 0, count);
        for (var start = 0; start < count;)
        {
            var end = start + 1;
            while (end < count && _partitions[end] == _partitions[start])
                end++;
            var group = _sorted.AsSpan(start, end - start);
            if (group.Length > 1)
                group.Sort(StringComparer.Ordinal);
            Emit(update, _partitions[start], group, emitter);
            start = end;
        }

        Array.Clear(_sorted, 0, count);
    }

    private static void Emit(FeedUpdate update, int partition, ReadOnlySpan<string> recipients, IEmitter emitter)
    {
        while (!recipients.IsEmpty)
        {
            var count = CountWithin(recipients);
            var part = update.Clone();
            part.RecipientIds.Capacity = count;
            foreach (var recipient in recipients[..count])
                part.RecipientIds.Add(recipient);
            emitter.Emit(TopicNames.FeedUpdates, partition, part);
            recipients = recipients[count..];
        }
    }

    /// <summary>How many of the first recipients fit into one entry.</summary>
    private static int CountWithin(ReadOnlySpan<string> recipients)
    {
        var bytes = 0;
        for (var i = 0; i < recipients.Length; i++)
        {
            bytes += Encoding.UTF8.GetByteCount(recipients[i]) + FieldBytes;
            if (bytes > RecipientBytes && i > 0)
                return i;
        }

        return recipients.Length;
    }

    private void Release()
    {
        _recipients.Clear();
        _recipients.Capacity = 0;
        _sorted = [];
        _partitions = [];
    }
}

/// <summary>Whose feeds an update is for.</summary>
internal enum Audience
{
    /// <summary>Those who follow the author now.</summary>
    Followers,

    /// <summary>Those who stopped to follow the author at some time, whether they follow again or not.</summary>
    Leavers,

    /// <summary>Everyone whose feed may hold an action of the author. Who is both gets it twice.</summary>
    FollowersAndLeavers,
}
