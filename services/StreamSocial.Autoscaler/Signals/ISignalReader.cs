namespace StreamSocial.Autoscaler.Signals;

/// <summary>Reads the world once. What cannot be read is null in the reading, not an exception.</summary>
internal interface ISignalReader
{
    Task<GroupReading> ReadAsync(CancellationToken cancellationToken);
}
