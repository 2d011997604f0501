namespace StreamSocial.Events.Keys;

/// <summary>What a key can be made from.</summary>
/// <param name="UserId">Whom the event concerns.</param>
/// <param name="ContentId">What it concerns.</param>
/// <param name="Sequence">Number of the event in the order of arrival.</param>
public readonly record struct KeySource(string UserId, string ContentId, long Sequence);
