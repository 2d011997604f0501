using Confluent.Kafka;

namespace StreamSocial.Kafka.Producing;

/// <summary>A record on its way, with the one who wants to know what became of it.</summary>
/// <param name="Message">The record.</param>
/// <param name="Handler">Told once.</param>
/// <param name="Token">What the sender passed.</param>
/// <param name="SentAt">When it was handed over, as a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</param>
internal readonly record struct OutgoingMessage(Message<byte[]?, byte[]?> Message, IDeliveryHandler Handler, long Token, long SentAt);
