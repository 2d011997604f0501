namespace StreamSocial.Dashboard.Sources;

/// <summary>Where figures come from. What cannot be read is null in the reading, not an exception.</summary>
internal interface IClusterSource
{
    Task<ClusterReading> ReadAsync(CancellationToken cancellationToken);
}
