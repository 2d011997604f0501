using StreamSocial.Events;
using StreamSocial.Events.Keys;
using StreamSocial.Streams.Emitting;

namespace StreamSocial.FeedGenerator.Actions;

/// <summary>Sends an action to the followers of its author: one entry per partition of feed-updates that holds feeds of them.</summary>
/// <param name="partitionCount">Partitions of feed-updates.</param>
internal sealed class FanOut(int partitionCount)
{
    // Larger work space than this is given back after use: most tasks never meet an account of that size again.
    private const int KeptCapacity = 4096;

    private readonly List<string> _recipients = [];
    private string[] _sorted = [];
    private int[] _partitions = [];

    public void Send(UserAction action, FollowerBook followers, IEmitter emitter)
    {
        _recipients.Clear();
        followers.CopyTo(action.UserId, _recipients);
        if (_recipients.Count == 1)
            Emit(action, KeyPartitioner.PartitionOf(_recipients[0], partitionCount), _recipients.ToArray(), emitter);
        else if (_recipients.Count > 1)
            SendGroups(action, emitter);
        if (_recipients.Capacity > KeptCapacity)
            Release();
    }

    private void SendGroups(UserAction action, IEmitter emitter)
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

        // By partition first, over plain numbers: ordinal comparisons are left to the small groups.
        Array.Sort(_partitions, _sorted, 0, count);
        for (var start = 0; start < count;)
        {
            var end = start + 1;
            while (end < count && _partitions[end] == _partitions[start])
                end++;
            var group = _sorted.AsSpan(start, end - start);
            if (group.Length > 1)
                group.Sort(StringComparer.Ordinal);
            Emit(action, _partitions[start], group, emitter);
            start = end;
        }

        Array.Clear(_sorted, 0, count);
    }

    private static void Emit(UserAction action, int partition, ReadOnlySpan<string> recipients, IEmitter emitter)
    {
        var update = new FeedUpdate
        {
            ActionId = action.ActionId,
            Type = ActionRules.FeedEntryTypeOf(action.Type),
            AuthorId = action.UserId,
            ContentId = action.ContentId,
            Text = action.Text,
            OccurredAt = action.OccurredAt,
        };
        update.RecipientIds.Capacity = recipients.Length;
        foreach (var recipient in recipients)
            update.RecipientIds.Add(recipient);
        emitter.Emit(TopicNames.FeedUpdates, partition, update);
    }

    private void Release()
    {
        _recipients.Clear();
        _recipients.Capacity = 0;
        _sorted = [];
        _partitions = [];
    }
}
