namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value made from resources or other values.</summary>
public interface IValueWithReferences
{
    IEnumerable<object> References { get; }
}
